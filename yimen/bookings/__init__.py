"""Bookings: time slots of what a place can offer: the windows of a hall, a doctor, a room.

A resource is open by patterns over the product's calendars: on working days (make-up Saturdays are
some) and on days off. A slot holds so many places; the database refuses one too many. When a
holiday is announced late, whoever booked that day is found, told, and offered another slot.

Legal basis: 上海市优化营商环境条例 (2024) art. 25 (booking); who does not come is told, not punished.
Verbs: set_resource, close, reopen; book, change, cancel, arrive. Ticks: closed, remind, missed.
"""
