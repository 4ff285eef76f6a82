"""Trials: how the portal holds under races, kills, garbage and strangers, on a throw-away instance.

`make trial` takes minutes, `make trial-full` longer. Each trial says how much it tried and what went wrong (nothing),
and each is given a planted hole first, which it has to find: a trial that cannot fail would say nothing.
"""
