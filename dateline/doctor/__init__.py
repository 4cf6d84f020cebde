"""What is wrong with this installation: each file looks at one side of it and changes nothing."""
