š3
-type.googleapis.com/google.protobuf.Timestamp