internal import RESTGateway
internal import ReportCore
internal import TTRPC

/// What the settings mean to each part of the server.
extension ServerConfiguration {
  var engine: EngineConfiguration {
    EngineConfiguration(
      parallelRuns: limits[.parallelRuns], runningPerDomainMax: limits[.runsPerDomain],
      leaseSeconds: Int64(limits[.leaseSeconds]),
      heartbeatSeconds: Int64(max(limits[.leaseSeconds] / 6, 1)), attemptsMax: limits[.attempts],
      // The lock of the data folder keeps every other server out.
      isOnlyWorker: true,
      sweepSeconds: Int64(limits[.sweepSeconds]), drainSeconds: Int64(limits[.drainSeconds]))
  }

  var ttrpc: TTRPCLimits {
    var limits = TTRPCLimits()
    limits.frameBytesMax = self.limits[.messageBytes]
    limits.connectionsMax = self.limits[.connections]
    limits.callsInFlightMax = self.limits[.callsPerConnection]
    limits.idleMilliseconds = self.limits[.idleSeconds] * 1000
    return limits
  }

  var http: HTTPServerConfiguration {
    HTTPServerConfiguration(host: listenHTTP.host, port: listenHTTP.port)
  }

  var useCases: UseCaseLimits {
    UseCaseLimits(
      idBytesMax: limits[.idBytes], optionsBytesMax: limits[.optionsBytes],
      listItemsMax: limits[.optionItems], listRowsMax: limits[.listRows],
      downloadURLWait: .seconds(limits[.downloadURLWaitSeconds]))
  }
}
