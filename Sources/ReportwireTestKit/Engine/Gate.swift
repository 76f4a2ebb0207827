/// A place where a task waits until a test opens it, once and for all.
package final class Gate: Sendable {
  private let opening = Signal()

  package init() {}

  package func open() {
    opening.fire()
  }

  package var isOpen: Bool { opening.count > 0 }

  /// Waits until it is open; no longer than its task lives, so that a time limit can end a test
  /// whose gate nobody opens.
  package func wait() async {
    await opening.wait()
  }
}
