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
