package com.example.orders

import io.offspan.codec.span.SpanKind
import io.offspan.core.SpanStore
import io.offspan.core.StoreConfig
import io.offspan.query.Query
import io.offspan.query.QueryEngine
import java.nio.file.Path
import java.time.Duration
import java.time.Instant

/** The program of orders-plain in Kotlin: opens a store, keeps one span, finds it and says how long that took, twice. */
object Orders {
    /** Arguments: the directory for the stores, and `open` where the store may open modules. */
    @JvmStatic
    fun main(arguments: Array<String>) {
        for (name in listOf("cold", "warm")) {
            val begin = System.nanoTime()
            val config = StoreConfig.builder().openModules(arguments.size > 1).build()
            val store = SpanStore.open(Path.of(arguments[0], name), config)
            store.append { span ->
                span.traceId("4bf92f3577b34da6a3ce929d0e0e4736")
                    .spanId("00f067aa0ba902b7")
                    .name("order")
                    .kind(SpanKind.SERVER)
                    .times(Instant.now(), Duration.ofMillis(1))
            }
            val found = QueryEngine.over(store.reader()).find(Query.traceQl("{ kind = server }")).use { spans ->
                generateSequence { if (spans.next()) spans.span() else null }.count()
            }
            println("$name found $found ms ${(System.nanoTime() - begin) / 1_000_000}")
            println("$name logged ${store.awaitSynced(Duration.ofSeconds(60))}")
        }
        // The stores stay open: what they take while they are in use is what the script measures.
        println("measure")
        System.`in`.read()
        Runtime.getRuntime().halt(0)
    }
}
