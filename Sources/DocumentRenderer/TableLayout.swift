/// Where the columns of a table stand on its pages.
struct TableLayout {
  /// In points.
  let fontSize: Double
  let pageWidth: Double
  let pageHeight: Double
  /// By column, in points, with the room at both edges.
  let widths: [Double]
  /// The columns that stand side by side; one range if all do.
  let groups: [Range<Int>]

  static let margin = 36.0
  static let fontSizeMin = 6.0
  /// Of a column, in parts of the font's size.
  private static let widestEms = 26.0
  private static let narrowestEms = 7.0

  /// Room at an edge of a cell, in points.
  var paddingX: Double { fontSize * Self.paddingEms }
  var paddingY: Double { fontSize * 0.22 }

  private static let paddingEms = 0.45

  /// What a column wants.
  struct Wish {
    /// Of the widest text, in parts of the font's size.
    var ems: Double
    /// Of the widest word, in the same: what no line can end in.
    var wordEms = 0.0
    /// Whether its texts can be wrapped and still be read well: not those of numbers.
    var isFlexible: Bool

    fileprivate var wanted: Double {
      min(ems, isFlexible ? max(TableLayout.widestEms, wordEms) : .infinity)
        + 2 * TableLayout.paddingEms
    }
    /// What it would need beyond that, so that nothing wraps.
    fileprivate var lacking: Double { ems + 2 * TableLayout.paddingEms - wanted }
    fileprivate var least: Double {
      isFlexible
        ? min(wanted, max(TableLayout.narrowestEms, wordEms) + 2 * TableLayout.paddingEms) : wanted
    }
  }

  /// The widest word that a page has room for, in parts of the smallest font's size: one that is wider
  /// is broken however the table stands.
  static func wordEmsMax(_ paper: Paper, _ orientation: Orientation) -> Double {
    let width = shapes(paper, orientation).reduce(0) { max($0, $1.width) }
    return (width - 2 * margin) / fontSizeMin - 2 * paddingEms
  }

  /// The upright one first.
  private static func shapes(
    _ paper: Paper, _ orientation: Orientation
  ) -> [(width: Double, height: Double)] {
    let upright = paper.size
    return switch orientation {
    case .portrait: [upright]
    case .landscape: [(upright.height, upright.width)]
    case .auto: [upright, (upright.height, upright.width)]
    }
  }

  /// Where columns have no room, the type becomes smaller first, down to `fontSizeMin`; then they go on
  /// on further pages. Words are broken only where a page has no room for one.
  init(_ wishes: [Wish], paper: Paper, orientation: Orientation, fontSize: Double) {
    let shapes = Self.shapes(paper, orientation)
    let wanted = wishes.reduce(0) { $0 + $1.wanted }
    let least = wishes.reduce(0) { $0 + $1.least }
    let widest = shapes[shapes.count - 1]
    let room = widest.width - 2 * Self.margin
    if let shape = shapes.first(where: { wanted * fontSize <= $0.width - 2 * Self.margin }) {
      self.fontSize = fontSize
      (pageWidth, pageHeight) = shape
      // What is left goes to the columns whose texts would wrap, in proportion to what they lack.
      let left = (shape.width - 2 * Self.margin) / fontSize - wanted
      let lacking = wishes.reduce(0) { $0 + $1.lacking }
      let share = lacking > 0 ? min(left / lacking, 1) : 0
      widths = wishes.map { ($0.wanted + $0.lacking * share) * fontSize }
      groups = [0..<wishes.count]
      return
    }
    (pageWidth, pageHeight) = widest
    var size = fontSize
    while size > Self.fontSizeMin, least * size > room { size = max(size - 0.5, Self.fontSizeMin) }
    self.fontSize = size
    if least * size <= room {
      // Each flexible column gives in proportion to what it can give.
      let isTooWide = wanted * size > room
      let share = isTooWide ? (room / size - least) / (wanted - least) : 1
      widths = wishes.map { ($0.least + ($0.wanted - $0.least) * share) * size }
      groups = [0..<wishes.count]
      return
    }
    let widths = wishes.map { min($0.wanted * size, room) }
    var groups: [Range<Int>] = []
    var start = 0
    var used = 0.0
    for (index, width) in widths.enumerated() {
      if index > start, used + width > room {
        groups.append(start..<index)
        (start, used) = (index, 0)
      }
      used += width
    }
    groups.append(start..<widths.count)
    self.widths = widths
    self.groups = groups
  }
}
