import ProtobufWire

/// `reportwire.test.AllTypes` of Golden/all_types.proto: every kind of field, behind a reference.
struct AllTypes: Message {
  enum Choice: Hashable {
    case number(Int32)
    case text(String)
    case message(Nested)
    case feeling(Mood)
    case anything(Value)
  }

  struct Fields: MessageFields {
    var doubleField: Double = 0.0
    var floatField: Float = 0
    var int32Field: Int32 = 0
    var int64Field: Int64 = 0
    var uint32Field: UInt32 = 0
    var uint64Field: UInt64 = 0
    var sint32Field: Int32 = 0
    var sint64Field: Int64 = 0
    var fixed32Field: UInt32 = 0
    var fixed64Field: UInt64 = 0
    var sfixed32Field: Int32 = 0
    var sfixed64Field: Int64 = 0
    var boolField: Bool = false
    var stringField: String = ""
    var bytesField: [UInt8] = []
    var mood: Mood = Mood(rawValue: 0)
    var nested: Nested?
    var int32s: [Int32] = []
    var sint64s: [Int64] = []
    var fixed32s: [UInt32] = []
    var doubles: [Double] = []
    var bools: [Bool] = []
    var moods: [Mood] = []
    var strings: [String] = []
    var blobs: [[UInt8]] = []
    var nesteds: [Nested] = []
    var looseInt32s: [Int32] = []
    var labels: [UTF8Key: String] = [:]
    var counts: [Int32: Int64] = [:]
    var branches: [Bool: Nested] = [:]
    var moodsById: [UInt64: Mood] = [:]
    var blobsByOffset: [Int32: [UInt8]] = [:]
    var weights: [UInt32: Double] = [:]
    var choice: Choice?
    var maybeNumber: Int32?
    var maybeText: String?
    var maybeMood: Mood?
    var object: Struct?
    var value: Value?
    var list: ListValue?
    var time: Timestamp?
    var duration: ProtoDuration?
    var empty: Empty?
    var any: AnyMessage?
    var nothing: NullValue = NullValue(rawValue: 0)
    var values: [Value] = []
    var times: [Timestamp] = []
    var far: String = ""
    var lastOfAll: Int32 = 0
    var unknownFields = UnknownFields()
  }

  private var box = Boxed<Fields>()

  var doubleField: Double {
    get { box.fields.doubleField }
    set { box.fields.doubleField = newValue }
  }

  var floatField: Float {
    get { box.fields.floatField }
    set { box.fields.floatField = newValue }
  }

  var int32Field: Int32 {
    get { box.fields.int32Field }
    set { box.fields.int32Field = newValue }
  }

  var int64Field: Int64 {
    get { box.fields.int64Field }
    set { box.fields.int64Field = newValue }
  }

  var uint32Field: UInt32 {
    get { box.fields.uint32Field }
    set { box.fields.uint32Field = newValue }
  }

  var uint64Field: UInt64 {
    get { box.fields.uint64Field }
    set { box.fields.uint64Field = newValue }
  }

  var sint32Field: Int32 {
    get { box.fields.sint32Field }
    set { box.fields.sint32Field = newValue }
  }

  var sint64Field: Int64 {
    get { box.fields.sint64Field }
    set { box.fields.sint64Field = newValue }
  }

  var fixed32Field: UInt32 {
    get { box.fields.fixed32Field }
    set { box.fields.fixed32Field = newValue }
  }

  var fixed64Field: UInt64 {
    get { box.fields.fixed64Field }
    set { box.fields.fixed64Field = newValue }
  }

  var sfixed32Field: Int32 {
    get { box.fields.sfixed32Field }
    set { box.fields.sfixed32Field = newValue }
  }

  var sfixed64Field: Int64 {
    get { box.fields.sfixed64Field }
    set { box.fields.sfixed64Field = newValue }
  }

  var boolField: Bool {
    get { box.fields.boolField }
    set { box.fields.boolField = newValue }
  }

  var stringField: String {
    get { box.fields.stringField }
    set { box.fields.stringField = newValue }
  }

  var bytesField: [UInt8] {
    get { box.fields.bytesField }
    set { box.fields.bytesField = newValue }
  }

  var mood: Mood {
    get { box.fields.mood }
    set { box.fields.mood = newValue }
  }

  var nested: Nested? {
    get { box.fields.nested }
    set { box.fields.nested = newValue }
  }

  var int32s: [Int32] {
    get { box.fields.int32s }
    set { box.fields.int32s = newValue }
  }

  var sint64s: [Int64] {
    get { box.fields.sint64s }
    set { box.fields.sint64s = newValue }
  }

  var fixed32s: [UInt32] {
    get { box.fields.fixed32s }
    set { box.fields.fixed32s = newValue }
  }

  var doubles: [Double] {
    get { box.fields.doubles }
    set { box.fields.doubles = newValue }
  }

  var bools: [Bool] {
    get { box.fields.bools }
    set { box.fields.bools = newValue }
  }

  var moods: [Mood] {
    get { box.fields.moods }
    set { box.fields.moods = newValue }
  }

  var strings: [String] {
    get { box.fields.strings }
    set { box.fields.strings = newValue }
  }

  var blobs: [[UInt8]] {
    get { box.fields.blobs }
    set { box.fields.blobs = newValue }
  }

  var nesteds: [Nested] {
    get { box.fields.nesteds }
    set { box.fields.nesteds = newValue }
  }

  var looseInt32s: [Int32] {
    get { box.fields.looseInt32s }
    set { box.fields.looseInt32s = newValue }
  }

  var labels: [UTF8Key: String] {
    get { box.fields.labels }
    set { box.fields.labels = newValue }
  }

  var counts: [Int32: Int64] {
    get { box.fields.counts }
    set { box.fields.counts = newValue }
  }

  var branches: [Bool: Nested] {
    get { box.fields.branches }
    set { box.fields.branches = newValue }
  }

  var moodsById: [UInt64: Mood] {
    get { box.fields.moodsById }
    set { box.fields.moodsById = newValue }
  }

  var blobsByOffset: [Int32: [UInt8]] {
    get { box.fields.blobsByOffset }
    set { box.fields.blobsByOffset = newValue }
  }

  var weights: [UInt32: Double] {
    get { box.fields.weights }
    set { box.fields.weights = newValue }
  }

  var choice: Choice? {
    get { box.fields.choice }
    set { box.fields.choice = newValue }
  }

  var maybeNumber: Int32? {
    get { box.fields.maybeNumber }
    set { box.fields.maybeNumber = newValue }
  }

  var maybeText: String? {
    get { box.fields.maybeText }
    set { box.fields.maybeText = newValue }
  }

  var maybeMood: Mood? {
    get { box.fields.maybeMood }
    set { box.fields.maybeMood = newValue }
  }

  var object: Struct? {
    get { box.fields.object }
    set { box.fields.object = newValue }
  }

  var value: Value? {
    get { box.fields.value }
    set { box.fields.value = newValue }
  }

  var list: ListValue? {
    get { box.fields.list }
    set { box.fields.list = newValue }
  }

  var time: Timestamp? {
    get { box.fields.time }
    set { box.fields.time = newValue }
  }

  var duration: ProtoDuration? {
    get { box.fields.duration }
    set { box.fields.duration = newValue }
  }

  var empty: Empty? {
    get { box.fields.empty }
    set { box.fields.empty = newValue }
  }

  var any: AnyMessage? {
    get { box.fields.any }
    set { box.fields.any = newValue }
  }

  var nothing: NullValue {
    get { box.fields.nothing }
    set { box.fields.nothing = newValue }
  }

  var values: [Value] {
    get { box.fields.values }
    set { box.fields.values = newValue }
  }

  var times: [Timestamp] {
    get { box.fields.times }
    set { box.fields.times = newValue }
  }

  var far: String {
    get { box.fields.far }
    set { box.fields.far = newValue }
  }

  var lastOfAll: Int32 {
    get { box.fields.lastOfAll }
    set { box.fields.lastOfAll = newValue }
  }

  var unknownFields: UnknownFields {
    get { box.fields.unknownFields }
    set { box.fields.unknownFields = newValue }
  }

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try box.traverse(&sink)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    try box.decodeField(number, from: &source)
  }
}
