"""Orders of the city's platforms (HLP-2): their number, their clock, their rules for return. One case,
two numbers; what came both ways is one; answered back until it is acknowledged."""
