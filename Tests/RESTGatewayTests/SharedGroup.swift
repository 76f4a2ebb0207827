import ServiceLifecycle
import Synchronization

/// The service group of a running gateway, for tests that stop it themselves.
final class SharedGroup: Sendable {
  private let group = Mutex<ServiceGroup?>(nil)

  func set(_ group: ServiceGroup) {
    self.group.withLock { $0 = group }
  }

  func stop() async {
    await group.withLock { $0 }?.triggerGracefulShutdown()
  }
}
