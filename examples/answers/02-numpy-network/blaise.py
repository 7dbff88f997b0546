# Blaise has opened the notebook and saved it: every exercise is as it was handed out.
