internal import RPCCore

/// Text in columns, for people.
struct Table {
  var header: [String]
  var rows: [[String]] = []

  /// The lines, each with its end; the last column is not padded.
  var text: String {
    let all = [header] + rows.map { $0.map(\.shown) }
    var widths = header.map { _ in 0 }
    for row in all {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.columns) }
    }
    return all.map { row in
      let cells = row.enumerated().map { (index, cell) in
        index == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[index] - cell.columns)
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// Names and values below each other.
  static func pairs(_ pairs: [(String, String)]) -> String {
    let width = pairs.map(\.0.count).max() ?? 0
    return pairs.map { (name, value) in
      name + String(repeating: " ", count: width - name.count + 2) + value.shown + "\n"
    }.joined()
  }
}

extension String {
  /// How many columns of a terminal the text takes.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// The beginning that fits into so many columns.
  func prefix(columns columnsMax: Int) -> Substring {
    var columns = 0
    return prefix { character in
      columns += character.columns
      return columns <= columnsMax
    }
  }
}

extension Character {
  /// Letters of East Asia and emoji take two columns; marks on nothing take none.
  fileprivate var columns: Int {
    // What is put on the first scalar takes no room of its own, but can make an emoji of it.
    guard let first = unicodeScalars.first else { return 0 }
    if first.isWide || unicodeScalars.contains("\u{fe0f}") { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }
}

extension Unicode.Scalar {
  /// Unicode's East Asian Width W and F, by blocks, and what is an emoji without more.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6,
    0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x20000...0x3fffd,
  ]

  fileprivate var isWide: Bool {
    guard value >= 0x1100 else { return false }
    return Self.wide.contains { $0.contains(value) } || properties.isEmojiPresentation
  }
}
