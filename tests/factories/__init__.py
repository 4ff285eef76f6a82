"""One file a slice: small functions that put believable rows into the test's session and flush them."""
