/// First in, first out, in constant time on the average.
package struct Queue<Element> {
  private var elements: [Element?] = []
  private var first = 0

  package init() {}

  package var count: Int { elements.count - first }
  package var isEmpty: Bool { count == 0 }

  package mutating func append(_ element: Element) {
    elements.append(element)
  }

  package mutating func popFirst() -> Element? {
    guard first < elements.count else { return nil }
    defer {
      // Moving the rest costs its length, so it is done when half is gone.
      if first * 2 >= elements.count {
        elements.removeFirst(first)
        first = 0
      }
    }
    let element = elements[first]
    // Let go of now: it may be large.
    elements[first] = nil
    first += 1
    return element
  }

  /// Takes out all that fit, wherever they stand. Looks at each.
  package mutating func removeAll(where fits: (Element) -> Bool) {
    elements = elements[first...].filter { $0.map { !fits($0) } ?? false }
    first = 0
  }
}
