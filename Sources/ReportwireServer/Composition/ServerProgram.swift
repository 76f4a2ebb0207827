private import Foundation
private import Logging
private import UnixSignals

/// The server as a process: log, signals, exit.
package enum ServerProgram {
  /// Serves until SIGTERM or SIGINT.
  ///
  /// - Parameter input: what SIGHUP reads the configuration from.
  /// - Throws: why the server could not start or go on, as a person shall read it.
  package static func run(
    _ configuration: ServerConfiguration, reread input: ConfigurationInput
  ) async throws(Problems) {
    // What a server makes is for its own user: sockets and temporary files too.
    umask(0o077)
    // Until somebody listens to it, a hangup must not end the process.
    signal(SIGHUP, SIG_IGN)
    OpenFileLimit.raise()
    giveMemoryBack()
    let level = Logger.Level(rawValue: configuration.logLevel) ?? .info
    let format = configuration.logFormat
    let label = "reportwire"
    let output = LogOutput(descriptor: STDERR_FILENO) { lines in
      LineLogHandler.lossLine(lines, label: label, format: format, at: SystemTime.now())
    }
    LoggingSystem.bootstrap { label in
      LineLogHandler(label: label, level: level, format: format, output: output)
    }
    defer { output.flush(waitMilliseconds: 1000) }
    do {
      let server = try await ReportServer(
        configuration, reread: input, logger: Logger(label: label))
      try await server.run(stopOn: [.sigterm, .sigint])
    } catch let problems as Problems {
      throw problems
    } catch {
      throw Problems("the server", "\(error)")
    }
  }

  /// Large buffers go back to the system when they are freed. By default the C library keeps more and
  /// more of them the larger they get, so that one burst of large requests is paid for ever after.
  private static func giveMemoryBack() {
    #if canImport(Glibc)
      // <malloc.h>, of which Glibc's module has no part: mallopt(M_MMAP_THRESHOLD, M_TRIM_THRESHOLD).
      guard let symbol = dlsym(nil, "mallopt") else { return }
      let mallopt = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
      for parameter: CInt in [-3, -1] { _ = mallopt(parameter, 131_072) }
    #endif
  }
}
