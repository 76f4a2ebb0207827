/// A way in: a listener with a protocol of its own. The composition has a list of them, and knows no
/// more of each than this.
package protocol Door: Sendable {
  /// What the door is called in `listen.`, in the ready file and in the log, such as `ttrpc`.
  var name: String { get }

  /// How many connections are open.
  var connectionCount: Int { get }

  /// Takes its address. Whoever connects from now on is not turned away, but may have to wait for
  /// `start`.
  ///
  /// - Returns: the real address, with a free port in place of port 0.
  /// - Throws: what a person can do about it if the address cannot be had.
  func bind() async throws -> String

  /// Serves those who come, until `drain` has ended that.
  ///
  /// - Throws: why the door cannot go on.
  func start() async throws

  /// Closes the door, bound or not, started or not: nobody comes in any more, calls under way end,
  /// and those that take longer are cut off. Returns when every connection is closed.
  ///
  /// - Parameter time: how long calls may still take.
  func drain(for time: Duration) async
}
