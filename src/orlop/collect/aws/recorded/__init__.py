"""AWS's answers in a folder: written by Orlop (`recorder`), or by whoever ran AWS's command line; read by `folder`."""
