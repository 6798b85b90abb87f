"""librdkafka at work, by its client in Python: an idempotent producer, one with transactions, and two readers.

Arguments are bootstrap servers, name, topic, number of partitions and transactional id; "finish" on standard input ends the producers,
its end everything.
"""

import json
import os
import random
import sys
import threading
import time
import traceback

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

BOOTSTRAP, NAME, TOPIC, PARTITIONS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
TRANSACTIONAL_ID = sys.argv[5]
PADDING = "x" * 200
BURST = 5
PAUSE = 0.05
FINISHING = threading.Event()
TRANSACTIONS_OVER = threading.Event()
PRINTING = threading.Lock()
ABANDONED = []

# What librdkafka itself calls errors that pass.
PASSING = {
    KafkaError._MSG_TIMED_OUT,
    KafkaError._TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._PURGE_QUEUE,
    KafkaError._PURGE_INFLIGHT,
    KafkaError._RESOLVE,
    KafkaError._STATE,
    KafkaError._QUEUE_FULL,
}


def say(**what):
    with PRINTING:
        print(json.dumps(what, separators=(",", ":")), flush=True)


def report(who, error):
    passes = error.retriable() or (error.code() in PASSING and not error.fatal())
    say(op="error", who=who, error=str(error), retriable=passes)


def common():
    return {
        "bootstrap.servers": BOOTSTRAP,
        "socket.timeout.ms": 10000,
        "topic.metadata.refresh.interval.ms": 10000,
        "reconnect.backoff.max.ms": 500,
        "log_level": 3,
    }


def producer(transactional_id=None):
    config = common() | {
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 2,
        "delivery.timeout.ms": 30000,
        "request.timeout.ms": 5000,
        "retry.backoff.max.ms": 500,
    }
    if transactional_id:
        config |= {"transactional.id": transactional_id, "transaction.timeout.ms": 10000, "delivery.timeout.ms": 10000}
    return Producer(config)


def send(to, writer, partition, value, txn=None):
    """Sends a value and prints what becomes of it."""

    def on_delivery(error, message):
        if error is None:
            say(op="ok", value=value, offset=message.offset())
        else:
            say(op="info", value=value)
            if txn is None:
                report(writer, error)

    say(op="send", writer=writer, partition=partition, value=value, txn=txn)
    try:
        to.produce(TOPIC, key=PADDING, value=value, partition=partition, on_delivery=on_delivery)
    except BufferError:
        say(op="fail", value=value)
        to.poll(0.5)
    except KafkaException:
        say(op="info", value=value)
        raise
    to.poll(0)


def append():
    """The idempotent producer; the last it does is to send a value to each partition, until each is acknowledged."""
    writer, number, to = NAME + ".i", 0, producer()
    while not FINISHING.is_set():
        try:
            for _ in range(BURST):
                number += 1
                send(to, writer, random.randrange(PARTITIONS), f"{writer}.{number}")
            to.poll(PAUSE)
            time.sleep(PAUSE)
        except KafkaException as failure:
            report(writer, failure.args[0])
            abandoned(to)
            to = producer()
    to.flush()
    TRANSACTIONS_OVER.wait()
    for partition in range(PARTITIONS):
        tries, acked = 0, []
        while not acked:
            value = f"{NAME}.end.{partition}.{tries}"
            tries += 1
            say(op="send", writer=NAME + ".end", partition=partition, value=value)

            def on_delivery(error, message, value=value, acked=acked):
                if error is None:
                    acked.append(value)
                    say(op="ok", value=value, offset=message.offset())
                else:
                    say(op="info", value=value)
                    report(writer, error)

            to.produce(TOPIC, key=PADDING, value=value, partition=partition, on_delivery=on_delivery)
            to.flush()
    say(op="finished")


def transact():
    writer, number, txn, to = NAME + ".t", 0, -1, None
    while not FINISHING.is_set():
        txn += 1
        outcome = None
        try:
            if to is None:
                to = producer(TRANSACTIONAL_ID)
                to.init_transactions(30)
            outcome = "aborted"
            to.begin_transaction()
            for _ in range(random.randint(2, 9)):
                number += 1
                send(to, writer, random.randrange(PARTITIONS), f"{writer}.{number}", txn)
            if txn % 4 != 3:
                outcome = "unknown"
                to.commit_transaction(30)
                outcome = "committed"
            else:
                to.flush(30)
                to.abort_transaction(30)
        except KafkaException as failure:
            report(writer, failure.args[0])
            to = abandoned(to)
        if outcome is not None:
            say(op="txn", writer=writer, txn=txn, outcome=outcome)
        time.sleep(PAUSE)
    leave(to, writer)
    TRANSACTIONS_OVER.set()


def abandoned(to):
    """Lets go of a producer, and of what it has not sent yet. It is kept: to destroy one that has failed may block for good."""
    if to is not None:
        ABANDONED.append(to)
        try:
            to.purge()
            to.flush(1)
        except KafkaException:
            pass  # It has failed for good already, which was reported.


def leave(to, writer):
    """Leaves no transaction open behind: a new producer of the same id ends that of the last."""
    while True:
        abandoned(to)
        to = producer(TRANSACTIONAL_ID)
        try:
            to.init_transactions(30)
            return
        except KafkaException as failure:
            report(writer, failure.args[0])


def read(reader, committed):
    config = common() | {
        "group.id": reader,
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "isolation.level": "read_committed" if committed else "read_uncommitted",
        "fetch.wait.max.ms": 200,
        "fetch.error.backoff.ms": 100,
    }
    consumer = Consumer(config)
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(PARTITIONS)])
    while True:
        records = []
        for message in consumer.consume(num_messages=500, timeout=0.2):
            if message.error() is None:
                records.append([message.partition(), message.offset(), message.value().decode()])
            else:
                report(reader, message.error())
        if records:
            say(op="read", reader=reader, committed=committed, records=records)


def start(work, *arguments):
    def run():
        try:
            work(*arguments)
        except BaseException:  # A driver that stands still in silence would look like a fault of the cluster.
            traceback.print_exc()
            os._exit(3)

    threading.Thread(target=run, daemon=True).start()


def main():
    start(append)
    start(transact)
    start(read, NAME + ".ru", False)
    start(read, NAME + ".rc", True)
    for line in sys.stdin:
        if line.strip() == "finish":
            FINISHING.set()
    os._exit(0)


main()
