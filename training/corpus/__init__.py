"""Support conversations of fictional organisations in five languages: the data, its checks and its tools."""
