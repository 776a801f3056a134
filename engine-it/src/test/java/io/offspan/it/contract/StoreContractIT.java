package io.offspan.it.contract;

import io.offspan.testkit.contract.SpanStoreContract;
import io.offspan.testkit.contract.StoreUnderTest;
import java.io.IOException;
import java.nio.file.Files;

/** The store does what every store of spans has to do. */
class StoreContractIT extends SpanStoreContract {
    @Override
    protected StoreUnderTest open() throws IOException {
        return new EngineUnderTest(Files.createTempDirectory("contract"));
    }
}
