"""The spiders Scrapy lists."""
