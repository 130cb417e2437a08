"""What a kiosk learns of its hall: what it did not understand, and what is asked here at which hour.

All of it stays in one file on the kiosk. Nothing here changes what the kiosk answers: people read an export and
change the pack.
"""
