"""Files in: upload, recognition, preview, import of the good rows, return of the bad ones."""
