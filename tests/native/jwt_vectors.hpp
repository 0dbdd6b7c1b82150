// Made with another library (pyca/cryptography); the private keys are gone. The tokens expire in
// 2100.
#pragma once

#include <string>

namespace callgate::test {

inline const std::string kJwks =
    R"({"keys":[{"kty":"RSA", "kid":"rsa-1", "use":"sig", "alg":"RS256","n":"9I1ZNPDoqEoLh-Xk)"
    R"(o9jc-HGGKkXR0SEtcfUTR2fDjPRgfPDe6M3aSXT4CpuASZ_ulpC0-MaKAzzhnmFcnm0_gaR8gz6ojKMqFUFBzR)"
    R"(9B3L5eEv1KbsC5C2iwvbzMiksv0CQ7rA9hUQhGo03FgKvH5grDhujvBOmq1nNZBEjUo1KWKNre0zHSerd-QGic)"
    R"(JVDxZ62Ht2-8lC8nVWg1U3vxKJ7FJXG2upJPgRC0Zy0K61w6EmBsjHi2BuO-946ZOBxgWmEUNSBsjGxBYgVcML)"
    R"(kYMDlkkF8TjedKvcCtBXrtofihMQliKsmR6q6LgJHjGwYCp0mPoN3XjoQM7R0qzbN4NQ","e":"AQAB"}, {"k)"
    R"(ty":"RSA", "kid":"rsa-short","n":"1YGTZL7Vqb7hzz9U4JH4Mz6sp4yWfDsqOUzaLt8sOctsj0XRKJsI)"
    R"(zcQrSWCL9uTDgj_pNyjizO_FI2n2vQRW9sxCeQzAi2E1P_LtzRzbDmoFADSFe9q6t2eAZ0-vYzUOoSmajm9Mk0)"
    R"(6CHx5v3ajGfn1L_u0h-u7GBx_NyMcgJgk","e":"AQAB"}, {"kty":"EC", "kid":"ec-1", "crv":"P-25)"
    R"(6","x":"b_m7_pGQ7nXv7NT9K0MxZ6C2TcG7s0Gg-PiJSvNtFec","y":"Xa7BOXEoQSqD6yYhlN4pSGqcoWcN)"
    R"(if0RQQt8mb6HkBI"}, {"kty":"OKP", "kid":"ed-1", "crv":"Ed25519","x":"Mszw1IVxCg_DqtqJ24)"
    R"(YFfgFT2SapeUycZNZloWUBhJc"}, {"kty":"oct", "kid":"oct-1","k":"a2tra2tra2tra2tra2tra2tr)"
    R"(a2tra2tra2tra2tra2s"}, {"kty":"EC", "kid":"enc-1", "crv":"P-256","x":"b_m7_pGQ7nXv7NT9)"
    R"(K0MxZ6C2TcG7s0Gg-PiJSvNtFec","y":"Xa7BOXEoQSqD6yYhlN4pSGqcoWcNif0RQQt8mb6HkBI", "use":)"
    R"("enc"}]})";

inline const std::string kRs256 =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50"
    "ZXN0IiwiYXVkIjpbIm90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIs"
    "InJvbGVzIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQi"
    "OjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMH0.KGCwzRao6qOtiTa0siK2HnRwC0qLGJnLU_zPt0ZJ3Nlv0weX"
    "t0p9Un-KMBHFDeGdSq51bl44S014SwAHmubpHZF3g-3_nY4rZJhlksy3d9LmhszAPob9kiXrEUHQEugGVcagaBSs"
    "97-qHfZjmgbmLd1Poos-OyVIYAqMAH6BLhgxFIX8tUQrECxHF2E4uj95Lj4S3RyQLkTNBduIt4ciDWPfSDeETZ85"
    "c3NWYJrF4C7c1IdfQWDVTPzOMtCrlqE1L9tIYOwF-87AfeTtOjc-eccqLA7yzCZ5XF470Acsovfb9dURwWcWzIqi"
    "Csb4iRp5lZgED_jPeVKvyNUzETU-VA";

inline const std::string kEs256 =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjLTEifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpbI"
    "m90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9wZ"
    "XJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAsI"
    "mV4cCI6NDEwMjQ0NDgwMH0.DgVrwUUehePKr3rq8MrhqAdJRQn_Hja05Cqk2XZVpqMoedsXRS4HlfqkYpStzhH72"
    "fI2JlzS539bIMUsld_fyw";

inline const std::string kEdDsa =
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkLTEiLCJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlc"
    "i50ZXN0IiwiYXVkIjpbIm90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZ"
    "SIsInJvbGVzIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpY"
    "XQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMH0.4EhzZ4M1RU-QWwUfoqTvv1W2LVDyOGue436skIAanNfUE"
    "5pjZmADqx-ylRVOM4b7SqPQa2J1MHzFno2DZLIvAA";

inline const std::string kEdDsaWithoutKeyId =
    "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpbIm90aGVyIiwiY2FsbGd"
    "hdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9wZXJhdG9yIiwidmlld2V"
    "yIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDg"
    "wMH0.BRdpBaUUFaFXiDV8Z1MtwLoUuk_WE8PlFeY5pnsr_nNf7W7Z1V5oYCPba09cnfO36fWBvZvFKdmI9Zajree"
    "JBg";

inline const std::string kShortRsa =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS1zaG9ydCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXV"
    "kIjpbIm90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjp"
    "bIm9wZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU"
    "2MDAsImV4cCI6NDEwMjQ0NDgwMH0.irS4-wmXPGnP64WO9vJR5yQZUcgQVuGVp7g6ip0CiWBb73j4_ze_KBfK4Xt"
    "S5pz0sFilyO20V9NDmtyK13SooTUeVpwFYoD8xEs31_j00hKAv7wKRB8hCLb3SGkh4fKUspHQsLVg6BhDC84QP9C"
    "sDX-aU3B6XQlf9exGpis5u40";

inline const std::string kUnknownKey =
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkLTIifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpbI"
    "m90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9wZ"
    "XJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAsI"
    "mV4cCI6NDEwMjQ0NDgwMH0.oqcTOVfg5jRc_tluRidewJQ1xYsg7A36B8CBb5rlH7xwc9asAT7DT9KrtqOglf0Sj"
    "RdlkD8uINcQXW6TApNxDQ";

inline const std::string kOwnKeyInHeader =
    "eyJhbGciOiJFZERTQSIsImp3ayI6eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6Img1R3JRYTlSSkRW"
    "RzB2ZjM3R3ZWUnJtbnFSbDVLUVFod0t4anBtZi1TZUEifX0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0Iiwi"
    "YXVkIjpbIm90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVz"
    "IjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3Njcy"
    "MjU2MDAsImV4cCI6NDEwMjQ0NDgwMH0.WV74ySRcAE3YnK37Sz202JeLFnvRJfx7p2E3SMBek5Tkh93MrDIQkVaP"
    "UqzcipOJqptxldCCtbsU6j9ytTT1DA";

inline const std::string kCritical =
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkLTEiLCJjcml0IjpbImI2NCJdLCJiNjQiOnRydWV9.eyJpc3MiOiJodHR"
    "wczovL2lzc3Vlci50ZXN0IiwiYXVkIjpbIm90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3N"
    "wYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM"
    "6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMH0.nEJuBGXfD1RfbjbGraXAOYHnDKs_OQC"
    "WF_2-817hDbuM7xzx72UgePUaPhRCaYLWBjaHO9px-Xvfvpx9u4EjAw";

inline const std::string kOtherType =
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkLTEiLCJ0eXAiOiJsb2dvdXQrand0In0.eyJpc3MiOiJodHRwczovL2lz"
    "c3Vlci50ZXN0IiwiYXVkIjpbIm90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoi"
    "YWNtZSIsInJvbGVzIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUi"
    "LCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMH0.MgUsq7WlrRpF1S-N06N-Er5JTcQZRmw3Ou6GjWBt"
    "c7Vzx2TulVn5pVhOAWfEvzNeIAJ_6xzfhuEy9JZPjNNYBQ";

inline const std::string kHmacWithRsaModulus =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpb"
    "Im90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9w"
    "ZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAs"
    "ImV4cCI6NDEwMjQ0NDgwMH0.pjCg6Q7yJ-neiSvKU0ekJd8TZ3UQvnylEXck5JVrK6M";

inline const std::string kHmacWithSetsOct =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9jdC0xIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpb"
    "Im90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9w"
    "ZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAs"
    "ImV4cCI6NDEwMjQ0NDgwMH0.mBXcO220JJAL1wB--bipr5c2FTO5-gJQyhFfclVIMbE";

inline const std::string kNone =
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIudGVzdCIsICJhdWQiOiBbIm90aGVyIiwgImNh"
    "bGxnYXRlIl0sICJzdWIiOiAidXNlci0xIiwgIndvcmtzcGFjZSI6ICJhY21lIiwgInJvbGVzIjogWyJvcGVyYXRv"
    "ciIsICJ2aWV3ZXIiXSwgInNjb3BlIjogImpvYnM6cmVhZCBqb2JzOndyaXRlIiwgImlhdCI6IDE3NjcyMjU2MDAs"
    "ICJleHAiOiA0MTAyNDQ0ODAwfQ.";

inline const std::string kWrongKeyId =
    "eyJhbGciOiJFZERTQSIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjpb"
    "Im90aGVyIiwiY2FsbGdhdGUiXSwic3ViIjoidXNlci0xIiwid29ya3NwYWNlIjoiYWNtZSIsInJvbGVzIjpbIm9w"
    "ZXJhdG9yIiwidmlld2VyIl0sInNjb3BlIjoiam9iczpyZWFkIGpvYnM6d3JpdGUiLCJpYXQiOjE3NjcyMjU2MDAs"
    "ImV4cCI6NDEwMjQ0NDgwMH0.cnfzd4xfcyd1dVJEZmNThgrrdkSHXY4RgbZjgQEZ3c7zcuKwObEkjsfOTGiPqpBT"
    "iS4jojfKcz4EFlTTu8jABw";

}  // namespace callgate::test
