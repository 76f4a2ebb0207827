import CRdkafka
import Testing

@testable import KafkaAudit

@Suite struct KafkaSettingsTests {
  /// A property as librdkafka has it.
  private func property(_ name: String, of settings: KafkaSettings) throws -> String {
    let configuration = try settings.configuration()
    defer { rd_kafka_conf_destroy(configuration) }
    var text = [CChar](repeating: 0, count: 256)
    var count = text.count
    #expect(rd_kafka_conf_get(configuration, name, &text, &count) == RD_KAFKA_CONF_OK, "\(name)")
    return String(text: text)
  }

  @Test func `Every setting reaches librdkafka`() throws {
    var settings = KafkaSettings(
      brokers: "kafka-1:9092,[::1]:9093", topic: "t", security: .saslSSL, authority: "/ca.pem",
      certificate: "/cert.pem", key: "/key.pem", clientID: "reports-7", deliverySeconds: 17)
    settings.credentials = KafkaSettings.Credentials(
      mechanism: .scramSHA512, username: "ada", password: "se\"cret,=")
    for (name, value) in [
      ("bootstrap.servers", "kafka-1:9092,[::1]:9093"), ("security.protocol", "sasl_ssl"),
      ("ssl.ca.location", "/ca.pem"), ("ssl.certificate.location", "/cert.pem"),
      ("ssl.key.location", "/key.pem"), ("sasl.mechanisms", "SCRAM-SHA-512"),
      ("sasl.username", "ada"), ("sasl.password", "se\"cret,="), ("client.id", "reports-7"),
      ("message.timeout.ms", "17000"),
      ("enable.idempotence", "true"), ("acks", "-1"), ("partitioner", "murmur2_random"),
    ] {
      #expect(try property(name, of: settings) == value, "\(name)")
    }
  }

  @Test(arguments: KafkaSettings.Security.allCases, KafkaSettings.Mechanism.allCases)
  func `Every protocol and mechanism is known to it`(
    _ security: KafkaSettings.Security, _ mechanism: KafkaSettings.Mechanism
  ) throws {
    var settings = KafkaSettings(brokers: "127.0.0.1:9", topic: "t", security: security)
    settings.credentials = KafkaSettings.Credentials(
      mechanism: mechanism, username: "ada", password: "p")
    try KafkaProducer.check(settings)
  }

  @Test func `Settings that can be seen to be wrong are refused with their reason`() throws {
    var settings = KafkaSettings(
      brokers: "127.0.0.1:9", topic: "t", security: .ssl, authority: "/nowhere/ca.pem")
    let problem = #expect(throws: KafkaProblem.self) { try KafkaProducer.check(settings) }
    #expect(problem?.description.contains("ssl.ca.location") == true, "\(problem as Any)")
    settings.authority = nil
    settings.certificate = "/nowhere/certificate.pem"
    #expect(throws: KafkaProblem.self) { try KafkaProducer.check(settings) }
  }
}
