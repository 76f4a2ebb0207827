/// A certificate for this machine, good until 2120, that signed itself: nobody trusts it who was not
/// told to. Its key guards nothing.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBdTCCARugAwIBAgIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBSZXBvcnR3
    aXJlIHRlc3RzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAbMRkw
    FwYDVQQDDBBSZXBvcnR3aXJlIHRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
    QgAEferRr4l+fSvNNYh+nKwtEGQopvKqEfhhyhpar5Cv6gxm+gRAR7i+YqXmZjoC
    NR5u7K5D5Bbp/E9nN9reOtcW5KNOMEwwGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxo
    b3N0MA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFDqFJXHvDQdPG00+/4aeZqxs
    topgMAoGCCqGSM49BAMCA0gAMEUCIQDsxJgmB0+SdjFFuL32CHO4dIreaz4pimeG
    6UPogFrCSAIgbj8ZnxTHkvV/ZJS88kbXrT+FOu/2G/SUO1yfg2PuBxg=
    -----END CERTIFICATE-----
    """

  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgABb0B2Zba7XEYSWD
    VB2LsuVd20935JJ+R/Za4GZVlmChRANCAAR96tGviX59K801iH6crC0QZCim8qoR
    +GHKGlqvkK/qDGb6BEBHuL5ipeZmOgI1Hm7srkPkFun8T2c32t461xbk
    -----END PRIVATE KEY-----
    """
}
