import ProtobufWire

/// `reportwire.test.Mood`: an open enum with a negative number.
struct Mood: ProtoEnum {
  let rawValue: Int32

  static let unspecified = Mood(rawValue: 0)
  static let good = Mood(rawValue: 1)
  static let bad = Mood(rawValue: 2)
  static let awful = Mood(rawValue: -1)

  static let descriptor = EnumDescriptor(
    "reportwire.test.Mood",
    ["MOOD_UNSPECIFIED": 0, "MOOD_GOOD": 1, "MOOD_BAD": 2, "MOOD_AWFUL": -1])
}
