/// The environment variables that the commands read which talk to a server.
package enum ClientEnvironment {
  package static let address = "REPORTWIRE_ADDRESS"
  package static let domain = "REPORTWIRE_DOMAIN"
  package static let timeout = "REPORTWIRE_TIMEOUT"
  package static let user = "REPORTWIRE_USER"
  package static let token = "REPORTWIRE_TOKEN"
  package static let tls = "REPORTWIRE_TLS"
  package static let ca = "REPORTWIRE_CA"
  package static let cert = "REPORTWIRE_CERT"
  package static let key = "REPORTWIRE_KEY"
  package static let zipPassword = "REPORTWIRE_ZIP_PASSWORD"

  package static let all = [address, domain, timeout, user, token, tls, ca, cert, key, zipPassword]
}
