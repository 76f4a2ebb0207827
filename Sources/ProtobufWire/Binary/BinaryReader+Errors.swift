/// Errors are made out of line, so that the hot path is not burdened with them.
extension BinaryReader {
  @usableFromInline @inline(never)
  func error(_ code: WireError.Code, _ message: String) -> WireError {
    WireError(code, at: cursor - base, message)
  }

  @usableFromInline @inline(never)
  func truncated() -> WireError {
    error(.truncated, "the input ends in the middle of a field")
  }

  @usableFromInline @inline(never)
  func badTag() -> WireError {
    WireError(
      .malformedTag, at: tagStart - base,
      "a tag has more than five bytes, or a field number or wire type that does not exist")
  }

  @usableFromInline @inline(never)
  func tooDeep() -> WireError {
    error(.tooDeep, "messages are nested too deeply")
  }

  @usableFromInline @inline(never)
  func tooLarge() -> WireError {
    error(.tooLarge, WireError.tooMuchMemory)
  }

  @usableFromInline @inline(never)
  func invalidUTF8(at place: UnsafePointer<UInt8>) -> WireError {
    WireError(.invalidUTF8, at: place - base, "a string is not UTF-8")
  }
}
