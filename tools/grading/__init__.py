"""What assignments.py (hand out) and grade.py (take back) are made of."""
