"""What the public asks for: use, removal, correction, questions, complaints and suggestions, each with a number and a deadline."""
