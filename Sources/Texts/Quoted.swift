extension String {
  /// In quotation marks, on one line, cut to what fits a message or a log line.
  package var quoted: String {
    // Scalars, not graphemes: one of those can hold any number of marks.
    let cut = unicodeScalars.prefix(80)
    return String(cut).debugDescription + (cut.endIndex < endIndex ? "…" : "")
  }
}
