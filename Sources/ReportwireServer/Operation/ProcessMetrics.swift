private import Foundation
internal import PrometheusMetrics

/// What the operating system says of this process, under the names that all Prometheus clients use.
/// What a system does not say is left out.
enum ProcessMetrics {
  static func samples(startedAt: Double) -> [String: [MetricSample]] {
    var values: [MetricFamily: MetricSample.Value] = [
      .processStart: .real(startedAt),
      // In microseconds, as POSIX has it.
      .processCPU: .real(Double(clock()) / 1e6),
    ]
    // Pages: all, then resident ones (proc_pid_statm(5)).
    let pages = FileManager.default.contents(atPath: "/proc/self/statm").map { bytes in
      bytes.split(separator: UInt8(ascii: " ")).prefix(2)
        .compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
    }
    if let pages, pages.count == 2 {
      let bytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
      values[.processVirtualMemory] = .whole(pages[0] * bytes)
      values[.processMemory] = .whole(pages[1] * bytes)
    }
    if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      // One of them is the folder that is being read.
      values[.processOpenFiles] = .whole(Int64(files.count - 1))
    }
    if let limit = OpenFileLimit.now { values[.processOpenFilesMax] = .whole(limit) }
    return Dictionary(
      uniqueKeysWithValues: values.map { ($0.key.name, [MetricSample($0.value)]) })
  }
}
