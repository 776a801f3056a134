package com.example.spans;

import io.offspan.testkit.contract.SpanStoreContract;
import io.offspan.testkit.contract.StoreUnderTest;

class SpanListTest extends SpanStoreContract {
    @Override
    protected StoreUnderTest open() {
        return new SpanList();
    }
}
