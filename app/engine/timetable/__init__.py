"""Timetables of meetings: youths, companies, slots of one length, and no conflict.

    event = Event(wanted=(Wanted(youth=1, company=7, value=0.8), …), slots=12, tables={7: 2})
    day = timetable(event)     # day.meetings, day.value, day.bound, day.gap, day.without
    conflicts(event, day.meetings) == ()

A youth meets at most one company a slot, a company at most as many youths a slot as it has tables,
and each pair meets once at most. Two ways lead there, both deterministic:

* Everybody is there all day. Which pairs meet is a transport problem: a youth has as many meetings
  as there are slots at most, a company that times its tables. Its linear programme has whole
  solutions (the matrix is totally unimodular). When they meet is then an edge colouring of a
  bipartite graph whose degrees do not exceed the number of slots; König's theorem says that it
  exists, and alternating paths find it. The value is the highest there is.
* Somebody is away for some slots. Pairs and slots are chosen together by a mixed-integer
  programme, stopped after ``NODES`` nodes; ``bound`` says how far the best can be at most. A
  programme of more than ``LARGEST`` columns is not tried: slots are filled one after the other by
  the best assignment of what is left.
"""

from __future__ import annotations

from app.engine.timetable.model import Absence, Event, Meeting, Timetable, Wanted, conflicts
from app.engine.timetable.solve import timetable

__all__ = ["Absence", "Event", "Meeting", "Timetable", "Wanted", "conflicts", "timetable"]
