// swift-protobuf's messages for proto/, which codec.sh makes into Generated/.
