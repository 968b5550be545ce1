"""Settings as values: where files lie, what may be written in ``hubbub.toml``, how it is read, edited and kept secret.

Reading order: ``workspace`` (what comes out), ``schema`` (what may be written), ``loading`` (from one to the other),
``finding``, ``locations``, ``secrets``, ``editing``.
"""
