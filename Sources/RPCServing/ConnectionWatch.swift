package import NIOCore

/// Ends a connection on which nothing happens for too long, whose peer leaves a frame or a request half
/// sent, or whose peer is gone without a word. Belongs to the connection's loop.
///
/// Only whole frames and requests count as something that happens: a peer that sends a byte from
/// time to time is as silent as one that sends none.
package final class ConnectionWatch {
  /// Why a connection is to be closed.
  package enum Reason: String, Sendable {
    case idle = "it was idle for too long"
    case half = "it left a frame half sent for too long"
    case gone = "it gave no sign of life"
  }

  private let loop: any EventLoop
  private let idle: TimeAmount
  private let half: TimeAmount
  private var isBusy: () -> Bool
  private var close: (Reason) -> Void
  private var lastWholeAt: NIODeadline
  private var halfSince: NIODeadline?
  private var idleTimer: Scheduled<Void>?
  private var halfTimer: Scheduled<Void>?
  private var isHeard = false
  private var lifeTimer: Scheduled<Void>?

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - idleMilliseconds: so long nothing may happen while the connection is not busy.
  ///   - halfMilliseconds: so long a frame or request may take.
  ///   - isBusy: whether a call is under way.
  ///   - close: called once at most, if the connection is to be closed.
  package init(
    on loop: any EventLoop, idleMilliseconds: Int, halfMilliseconds: Int,
    isBusy: @escaping () -> Bool, close: @escaping (Reason) -> Void
  ) {
    self.loop = loop
    idle = .milliseconds(Int64(idleMilliseconds))
    half = .milliseconds(Int64(halfMilliseconds))
    self.isBusy = isBusy
    self.close = close
    lastWholeAt = loop.now
    watchIdle(in: idle)
  }

  /// Asks for signs of life where nothing is heard for a while.
  ///
  /// - Parameters:
  ///   - limits: how long that while is, and how long an answer may take.
  ///   - ask: asks the peer for anything at all.
  package func askForLife(_ limits: ServingLimits, _ ask: @escaping () -> Void) {
    isHeard = false
    let watch = NIOLoopBound((watch: self, ask: ask), eventLoop: loop)
    lifeTimer = loop.scheduleTask(in: .milliseconds(Int64(limits.keepaliveMilliseconds))) {
      let (watch, ask) = watch.value
      if watch.isHeard { return watch.askForLife(limits, ask) }
      ask()
      watch.awaitLife(limits, ask)
    }
  }

  private func awaitLife(_ limits: ServingLimits, _ ask: @escaping () -> Void) {
    let watch = NIOLoopBound((watch: self, ask: ask), eventLoop: loop)
    lifeTimer = loop.scheduleTask(in: .milliseconds(Int64(limits.keepaliveAnswerMilliseconds))) {
      let (watch, ask) = watch.value
      if watch.isHeard { watch.askForLife(limits, ask) } else { watch.close(.gone) }
    }
  }

  /// The peer lives: bytes came.
  package func heard() {
    isHeard = true
  }

  /// Bytes were looked at.
  ///
  /// - Parameters:
  ///   - isWhole: a frame or request was completed by them.
  ///   - isHalf: they end within one, and the rest would be read if it came.
  package func looked(isWhole: Bool, isHalf: Bool) {
    if isWhole {
      lastWholeAt = loop.now
      halfSince = nil
    }
    guard isHalf else { return halfSince = nil }
    if halfSince == nil { halfSince = loop.now }
    if halfTimer == nil { watchHalf(in: half) }
  }

  /// Ends watching.
  package func stop() {
    idleTimer?.cancel()
    halfTimer?.cancel()
    lifeTimer?.cancel()
    isBusy = { false }
    close = { _ in }
  }

  private func watchIdle(in delay: TimeAmount) {
    let watch = NIOLoopBound(self, eventLoop: loop)
    idleTimer = loop.scheduleTask(in: delay) { watch.value.checkIdle() }
  }

  private func checkIdle() {
    let quiet = loop.now - lastWholeAt
    if isBusy() {
      watchIdle(in: idle)
    } else if quiet < idle {
      watchIdle(in: idle - quiet)
    } else {
      close(.idle)
    }
  }

  private func watchHalf(in delay: TimeAmount) {
    let watch = NIOLoopBound(self, eventLoop: loop)
    halfTimer = loop.scheduleTask(in: delay) { watch.value.checkHalf() }
  }

  private func checkHalf() {
    halfTimer = nil
    guard let halfSince else { return }
    let taken = loop.now - halfSince
    if taken < half {
      watchHalf(in: half - taken)
    } else {
      close(.half)
    }
  }
}
