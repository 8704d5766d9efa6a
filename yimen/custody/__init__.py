"""Custody: paper and parcels, hop by hop (AFF-7, AFF-9).

Every paper carries a barcode; every hand-over of it is a scan. Who sent a paper answers for it
until the other side has scanned it; a scan that is missing for four working hours stands on that
person's list. Originals come back one by one, by name. Cases stand above this house, so a paper knows
its case by number only.

Verbs: register_papers, file_under, send, scan, carry, return_original, hand_over_result, archive, report_lost,
order_parcel, parcel_event. Ticks: overdue scans, couriers.
"""
