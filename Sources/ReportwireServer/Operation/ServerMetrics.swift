internal import CoreMetrics
internal import PrometheusMetrics
internal import RESTGateway
internal import RPCCore
internal import RPCServing
internal import ReportCore
internal import Synchronization
internal import Tracing

/// Everything that a server measures, and how it is written.
final class ServerMetrics: Sendable {
  /// So many domains have series of their own.
  static let domainsMax = 100
  /// How long what was looked up for one answer serves others.
  private static let keptFor = Duration.seconds(1)
  /// How long an answer waits for the report store.
  private static let patience = Duration.seconds(2)

  private struct Watched {
    var doors: [any Door] = []
    var budget: ServerBudget?
  }

  /// What a look costs something for.
  private struct Look: Sendable {
    var queue: WaitingReports?
    var outbox: OutboxStatus?
    var process: [String: [MetricSample]]
  }

  let registry: MetricsRegistry
  let limits: LimitMetrics
  let calls: CallMetrics
  let runs: RunMetrics
  private let downloads: DownloadMetrics
  /// The store that it was made with, measured.
  let store: any ReportStore
  private let queue: PatientLook<WaitingReports>
  /// nil: nothing waits for another system.
  private let outbox: PatientLook<OutboxStatus>?
  /// Counts events on their way to Kafka.
  let forwarding: ForwardingMetrics?
  private let clock: any EngineClock
  private let startedAt: Double
  private let watched = Mutex(Watched())
  private let look = Mutex<(task: Task<Look, Never>, until: MonotonicInstant)?>(nil)

  /// - Parameters:
  ///   - store: is asked what waits.
  ///   - clock: says how old that is.
  ///   - forwards: whether events of the audit are on their way to Kafka.
  ///   - tracer: gets a span of each operation of the store; nil: nobody traces.
  init(
    _ base: any ReportStore, clock: any EngineClock, forwards: Bool = false,
    tracer: (any Tracer)? = nil
  ) {
    registry = MetricsRegistry(MetricFamily.all)
    limits = LimitMetrics(registry)
    calls = CallMetrics(registry, limits: limits)
    runs = RunMetrics(registry)
    downloads = DownloadMetrics(registry)
    let store = MeasuredStore(base, registry, limits: limits, tracer: tracer)
    self.store = store
    queue = PatientLook(patience: Self.patience) {
      try await store.waiting(domainsMax: Self.domainsMax)
    }
    outbox =
      forwards ? PatientLook(patience: Self.patience) { try await store.outboxStatus() } : nil
    forwarding = forwards ? ForwardingMetrics(registry) : nil
    self.clock = clock
    startedAt = Double(clock.now.nanosecondsSinceEpoch) / 1e9
  }

  /// Has an eye on the doors, and on what they keep together.
  func watch(_ doors: [any Door], _ budget: ServerBudget) {
    watched.withLock { $0 = Watched(doors: doors, budget: budget) }
  }

  /// Looks at no doors any more. They hold what is measured, and would hold it for ever.
  func unwatch() {
    watched.withLock { $0 = Watched() }
  }

  /// A request for a file was answered.
  func downloaded(status: Int, bytes: Int64) {
    downloads.count(status: status, bytes: bytes)
  }

  /// What `/metrics` answers with.
  func source(
    admit: @escaping @Sendable (Metadata, Caller) throws(RPCError) -> Void
  ) -> MetricsSource {
    MetricsSource(
      forms: ExpositionFormat.allCases.map { format in
        MetricsSource.Form(
          mediaType: String(format.contentType.prefix { $0 != ";" }),
          contentType: format.contentType
        ) { [self] in await exposition(format) }
      }, admit: admit)
  }

  /// All of it, as it is now.
  func exposition(_ format: ExpositionFormat) async -> [UInt8] {
    let look = await currentLook()
    var samples = look.process
    let (doors, budget) = watched.withLock { ($0.doors, $0.budget) }
    samples[MetricFamily.connections.name] = doors.map { door in
      MetricSample(.whole(Int64(door.connectionCount)), labels: [("door", door.name)])
    }
    samples[MetricFamily.keptBytes.name] = budget.map {
      [MetricSample(.whole(Int64($0.bytesKept)))]
    }
    samples[MetricFamily.callsRunning.name] = calls.runningSamples
    samples[MetricFamily.runsRunning.name] = runs.runningSamples
    samples[MetricFamily.build.name] = [
      MetricSample(.whole(1), labels: [("version", ReportwireVersion.number)])
    ]
    samples.merge(queueSamples(look.queue)) { $1 }
    samples.merge(ForwardingMetrics.samples(look.outbox, at: clock.now)) { $1 }
    return registry.exposition(format, samples: samples)
  }

  private func queueSamples(_ queue: WaitingReports?) -> [String: [MetricSample]] {
    guard let queue else { return [:] }
    let now = clock.now
    func age(_ oldest: Instant) -> MetricSample.Value {
      .real(
        Double(max(0, now.nanosecondsSinceEpoch - oldest.nanosecondsSinceEpoch)) / 1e9)
    }
    let other = [("domain", MetricsRegistry.other)]
    var reports = [MetricSample(.whole(Int64(queue.others)), labels: other)]
    var ages = [MetricSample(queue.oldestOfOthers.map(age) ?? .whole(0), labels: other)]
    for domain in queue.domains {
      let labels = [("domain", domain.domainID)]
      reports.append(MetricSample(.whole(Int64(domain.reports)), labels: labels))
      ages.append(MetricSample(age(domain.oldest), labels: labels))
    }
    return [MetricFamily.queueReports.name: reports, MetricFamily.queueAge.name: ages]
  }

  /// Those who ask within a second share one look.
  private func currentLook() async -> Look {
    let task = look.withLock { look in
      let now = clock.monotonic
      if let look, now < look.until { return look.task }
      let task = Task { await self.newLook() }
      look = (task, now.advanced(by: Self.keptFor))
      return task
    }
    return await task.value
  }

  private func newLook() async -> Look {
    async let outbox = outbox?.value()
    return Look(
      queue: await queue.value(), outbox: await outbox ?? nil,
      process: ProcessMetrics.samples(startedAt: startedAt))
  }
}

/// Counts answers to requests for files.
private final class DownloadMetrics: Sendable {
  private let factory: any MetricsFactory
  private let bytes: Counter
  /// There are few statuses.
  private let answers = Mutex<[Int: Counter]>([:])

  init(_ factory: any MetricsFactory) {
    self.factory = factory
    bytes = Counter(label: MetricFamily.downloadBytes.name, factory: factory)
  }

  func count(status: Int, bytes: Int64) {
    self.bytes.increment(by: bytes)
    answers.withLock { answers in
      if let known = answers[status] { return known }
      let made = Counter(
        label: MetricFamily.downloads.name, dimensions: [("status", "\(status)")],
        factory: factory)
      answers[status] = made
      return made
    }.increment()
  }
}
