"""Tools that tests share, one file each."""
