import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.xerial.snappy.Snappy;

/** Produce requests that no client sends by itself: repeated and reordered sequences, raw snappy, broken batches. */
final class RawProduce {
    private static final int HEADER = 61;
    private static final int ATTRIBUTES = 21;
    private static final int CRC = 17;

    private RawProduce() { }

    private static String send(Session s, String topic, ByteBuffer records) throws Exception {
        var partition = new ProduceRequestData.PartitionProduceData().setIndex(0)
            .setRecords(MemoryRecords.readableRecords(records));
        var data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(5000);
        data.topicData().add(new ProduceRequestData.TopicProduceData().setName(topic).setPartitionData(List.of(partition)));
        short version = 12;
        ProduceResponse response = (ProduceResponse) Exchange.of(s.bootstrap, ProduceRequest.builder(data).build(version));
        ProduceResponseData.PartitionProduceResponse p =
            response.data().responses().find(topic, org.apache.kafka.common.Uuid.ZERO_UUID).partitionResponses().get(0);
        return Errors.forCode(p.errorCode()) + " " + p.baseOffset() + " start " + p.logStartOffset() + " " + p.errorMessage()
            + " " + p.recordErrors().stream().map(e -> e.batchIndex() + ":" + e.batchIndexErrorMessage()).toList();
    }

    private static SimpleRecord[] records(String key, int count) {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(System.currentTimeMillis(), Session.bytes(key + i), Session.bytes("snappy snappy snappy " + i));
        }
        return records;
    }

    private static void seal(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch.array(), CRC + 4, batch.limit() - CRC - 4);
        batch.putInt(CRC, (int) crc.getValue());
    }

    private static ByteBuffer copy(MemoryRecords records) {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** A batch whose records are one raw snappy block, as librdkafka writes it. */
    static void rawSnappy(Session s, String topic, int count) throws Exception {
        ByteBuffer plain = copy(MemoryRecords.withRecords(Compression.NONE, records("k", count)));
        byte[] body = new byte[plain.limit() - HEADER];
        plain.duplicate().position(HEADER).get(body);
        byte[] block = Snappy.compress(body);
        ByteBuffer batch = ByteBuffer.allocate(HEADER + block.length);
        batch.put(plain.array(), 0, HEADER).put(block).flip();
        batch.putInt(8, batch.limit() - 12).putShort(ATTRIBUTES, (short) 2);
        seal(batch);
        String answer = send(s, topic, batch);
        Report.must(answer.startsWith("NONE 0 "), "raw snappy is taken: " + answer);
    }

    private static ByteBuffer numbered(long id, int epoch, int sequence, int count) {
        return copy(MemoryRecords.withIdempotentRecords(Compression.NONE, id, (short) epoch, sequence, records("s", count)));
    }

    /** De-duplication by sequence, and batches that must be refused. */
    static void sequences(Session s, Report r) throws Exception {
        String topic = s.topic("idempotence-raw", 1, java.util.Map.of());
        var init = new InitProducerIdRequest.Builder(new InitProducerIdRequestData().setTransactionalId(null)
            .setTransactionTimeoutMs(1000)).build((short) 4);
        var granted = ((InitProducerIdResponse) Exchange.of(s.bootstrap, init)).data();
        Report.must(granted.errorCode() == 0, "a producer id is granted");
        long id = granted.producerId();
        r.see("epoch", granted.producerEpoch());
        r.see("first", send(s, topic, numbered(id, 0, 0, 3)));
        r.see("second", send(s, topic, numbered(id, 0, 3, 2)));
        r.see("second again", send(s, topic, numbered(id, 0, 3, 2)));
        r.see("first again", send(s, topic, numbered(id, 0, 0, 3)));
        r.see("a gap", send(s, topic, numbered(id, 0, 9, 1)));
        r.see("an overlap", send(s, topic, numbered(id, 0, 4, 2)));
        r.see("next epoch, not from zero", send(s, topic, numbered(id, 1, 5, 1)));
        r.see("next epoch", send(s, topic, numbered(id, 1, 0, 1)));
        r.see("epoch of before", send(s, topic, numbered(id, 0, 5, 1)));
        r.see("unknown producer, not from zero", send(s, topic, numbered(id + 1_000_000, 0, 7, 1)));
        broken(s, r, topic);
        r.see("read from raw", Session.show(s.read(topic, 1, 7, java.util.Map.of())));
    }

    private static void broken(Session s, Report r, String topic) throws Exception {
        ByteBuffer badCrc = copy(MemoryRecords.withRecords(Compression.NONE, records("b", 2)));
        badCrc.putInt(CRC, badCrc.getInt(CRC) ^ 1);
        r.see("wrong CRC", send(s, topic, badCrc));
        ByteBuffer badCount = copy(MemoryRecords.withRecords(Compression.NONE, records("b", 2)));
        badCount.putInt(57, 5);
        seal(badCount);
        r.see("wrong count", send(s, topic, badCount));
        ByteBuffer control = copy(MemoryRecords.withRecords(Compression.NONE, records("b", 1)));
        control.putShort(ATTRIBUTES, (short) 0x20);
        seal(control);
        r.see("control batch", send(s, topic, control));
        ByteBuffer magic = copy(MemoryRecords.withRecords((byte) 1, Compression.NONE, records("b", 1)));
        r.attempt("old magic", () -> send(s, topic, magic));
        ByteBuffer one = copy(MemoryRecords.withRecords(Compression.NONE, records("b", 1)));
        ByteBuffer two = ByteBuffer.allocate(one.limit() * 2).put(one.array()).put(one.array()).flip();
        r.attempt("two batches", () -> send(s, topic, two));
        r.see("unknown topic", send(s, s.name("absent-raw"), numbered(-1, -1, -1, 1)));
    }
}
