"""The contract sheet: pay, aids, pre-filled form data; public simulators."""
