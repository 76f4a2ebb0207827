š8
*type.googleapis.com/reportwire.test.Nested
packed