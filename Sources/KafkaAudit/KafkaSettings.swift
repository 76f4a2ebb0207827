internal import CRdkafka

/// How Kafka is reached, and as whom.
package struct KafkaSettings: Hashable, Sendable {
  package enum Security: String, CaseIterable, Sendable {
    case plaintext, ssl
    case saslPlaintext = "sasl_plaintext"
    case saslSSL = "sasl_ssl"
  }

  package enum Mechanism: String, CaseIterable, Sendable {
    case plain = "PLAIN"
    case scramSHA256 = "SCRAM-SHA-256"
    case scramSHA512 = "SCRAM-SHA-512"
  }

  /// Who it says it is.
  package struct Credentials: Hashable, Sendable {
    package var mechanism: Mechanism
    package var username: String
    package var password: String

    package init(mechanism: Mechanism, username: String, password: String) {
      self.mechanism = mechanism
      self.username = username
      self.password = password
    }
  }

  /// `HOST:PORT`, with commas between.
  package var brokers: String
  package var topic: String
  package var security: Security
  /// Files in PEM; nil: the system's authorities, and no certificate of its own.
  package var authority: String?
  package var certificate: String?
  package var key: String?
  /// nil: none are shown.
  package var credentials: Credentials?
  package var clientID: String
  /// So long a message may be on its way before that counts as a failure.
  package var deliverySeconds: Int

  package init(
    brokers: String, topic: String, security: Security = .plaintext,
    authority: String? = nil, certificate: String? = nil, key: String? = nil,
    credentials: Credentials? = nil, clientID: String = "reportwire", deliverySeconds: Int = 60
  ) {
    self.brokers = brokers
    self.topic = topic
    self.security = security
    self.authority = authority
    self.certificate = certificate
    self.key = key
    self.credentials = credentials
    self.clientID = clientID
    self.deliverySeconds = deliverySeconds
  }

  /// The settings without Kafka: what is made of them connects to nothing.
  var unconnected: KafkaSettings {
    var settings = self
    settings.brokers = ""
    return settings
  }

  /// librdkafka's properties, by their names.
  var properties: [(name: String, value: String)] {
    var properties = [
      ("client.id", clientID),
      ("security.protocol", security.rawValue),
      // Every replica that is in sync has it before it counts as delivered, and once.
      ("acks", "all"), ("enable.idempotence", "true"),
      ("message.timeout.ms", "\(deliverySeconds * 1000)"),
      // The partition of a key is the one that Kafka's own clients take.
      ("partitioner", "murmur2_random"),
      // What comes together goes together; nothing waits for more, for the next event of a report waits
      // for the one before.
      ("linger.ms", "0"), ("reconnect.backoff.max.ms", "5000"), ("socket.keepalive.enable", "true"),
      // As librdkafka 2 has it anyway; before, any certificate of the authority was good.
      ("ssl.endpoint.identification.algorithm", "https"),
      // What it has to say comes as events, not on standard error.
      ("log.queue", "true"),
    ]
    if !brokers.isEmpty { properties.append(("bootstrap.servers", brokers)) }
    if let authority { properties.append(("ssl.ca.location", authority)) }
    if let certificate { properties.append(("ssl.certificate.location", certificate)) }
    if let key { properties.append(("ssl.key.location", key)) }
    if let credentials {
      properties += [
        ("sasl.mechanisms", credentials.mechanism.rawValue),
        ("sasl.username", credentials.username), ("sasl.password", credentials.password),
      ]
    }
    return properties
  }

  /// The settings as librdkafka takes them, which the caller has to destroy or hand to a producer.
  ///
  /// - Throws: the property that it does not take.
  func configuration() throws(KafkaProblem) -> OpaquePointer {
    guard let configuration = rd_kafka_conf_new() else {
      throw KafkaProblem("librdkafka has no memory")
    }
    for (name, value) in properties {
      var text = [CChar](repeating: 0, count: 512)
      let result = rd_kafka_conf_set(configuration, name, value, &text, text.count)
      guard result == RD_KAFKA_CONF_OK else {
        rd_kafka_conf_destroy(configuration)
        // What librdkafka says may hold the value.
        throw KafkaProblem(
          name == "sasl.password" ? "sasl.password is not taken" : String(text: text))
      }
    }
    return configuration
  }
}

extension String {
  /// A text of C, as far as it goes.
  init(text: [CChar]) {
    self.init(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
