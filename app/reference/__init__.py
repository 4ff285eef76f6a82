"""Communes, trades, diplomas, activities and shortage lists: what everybody refers to."""
