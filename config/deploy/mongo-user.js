// Run once by the image of MongoDB over an empty volume: the user that Dateline is, with rights to its database alone.
const password = require("fs").readFileSync("/run/secrets/mongodb_password", "utf8").trim();
db.getSiblingDB("dateline").createUser({
  user: "dateline",
  pwd: password,
  roles: [
    { role: "readWrite", db: "dateline" },
    { role: "dbAdmin", db: "dateline" },
  ],
});
