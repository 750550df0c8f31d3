"""Random faults and random questions, every answer compared with what is true."""
