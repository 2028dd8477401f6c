"""What a user can do, each as a pure function: (what stands, what was asked) → the change.

`Desk.do` carries a change out as one transaction and one undo step. The functions take ids; `find.py`
turns what people type into them.
"""
