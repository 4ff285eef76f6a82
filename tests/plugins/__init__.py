"""Parts of the test set-up that are large enough to stand alone; `conftest.py` names them as
plugins.
"""
