"""Reads of contracts: what a simulator answers, what a sheet shows to one reader."""
